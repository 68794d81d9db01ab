import Foundation

enum Program {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent(".build/debug")

    static let path = folder.appendingPathComponent("httvps").path

    static func environment(home: URL) -> [String: String] {
        [
            "PATH": "\(folder.path):/usr/bin:/bin", "HOME": home.path, "XDG_CONFIG_HOME": home.path, "TERM": "vt100",
            "LC_ALL": "C.UTF-8", "PS1": "$ ",
        ]
    }

    static func scratch() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("httvps-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
