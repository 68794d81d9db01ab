import ArgumentParser
import Foundation
import HTTVPSClient

struct ProfileOptions: ParsableArguments {
    static let defaultProfile = "credentials"

    @Option(
        help: ArgumentHelp(
            "Use the credentials kept under this name, one name per device.", valueName: "name"),
        completion: .custom { words, _, _ in names(beside: words, ProcessInfo.processInfo.environment) })
    var profile: String?

    @Option(
        help: ArgumentHelp(
            "The folder of the credentials (default: $XDG_CONFIG_HOME/httvps or ~/.config/httvps).",
            valueName: "folder"),
        completion: .directory)
    var config: String?

    var isNamed: Bool { profile != nil || config != nil }

    func validate() throws {
        guard config?.isEmpty != true else { throw ValidationError("--config needs the name of a folder.") }
        guard let profile else { return }
        guard Self.isName(profile) else { throw ValidationError(Self.rule) }
    }

    static let rule = "A profile's name has 1 to 64 characters, no slash, and no dot in front."

    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && !text.hasPrefix(".")
            && text.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 > 0x20 } && text == Printable.text(text)
    }

    func file(_ environment: [String: String]) -> CredentialFile {
        let folder = config ?? Self.folder(environment)
        return CredentialFile(path: "\(folder)/\(profile ?? Self.defaultProfile).json")
    }

    static func folder(_ environment: [String: String]) -> String {
        if let base = environment["XDG_CONFIG_HOME"], base.hasPrefix("/") { return base + "/httvps" }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (home ?? NSHomeDirectory()) + "/.config/httvps"
    }

    static func names(beside words: [String], _ environment: [String: String]) -> [String] {
        let separate = Array(zip(words, words.dropFirst())).last { $0.0 == "--config" }?.1
        let joined = words.last { $0.hasPrefix("--config=") }.map { String($0.dropFirst("--config=".count)) }
        return names(in: separate ?? joined ?? folder(environment))
    }

    static func names(in folder: String) -> [String] { ((try? files(in: folder)) ?? []).filter(isName) }

    static func files(in folder: String) throws(ClientError) -> [String] {
        guard let directory = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw ClientError(.configuration, "\(folder) cannot be read: \(String(cString: strerror(errno)))")
        }
        closedir(directory)
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".json") && !isFolder("\(folder)/\($0)") }
            .map { String($0.dropLast(".json".count)) }.sorted()
    }

    private static func isFolder(_ path: String) -> Bool {
        var kind = stat()
        return stat(path, &kind) == 0 && kind.st_mode & S_IFMT == S_IFDIR
    }
}
