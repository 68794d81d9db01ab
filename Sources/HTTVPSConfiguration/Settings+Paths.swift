import Foundation

extension Settings {
    package enum PathKind: Sendable {
        case file
        case directory
    }

    package mutating func existingPath(_ key: String, _ kind: PathKind) -> String? {
        guard let path = value(key) else { return nil }
        check(path, key: key, kind: kind)
        return path
    }

    package mutating func requiredPath(_ key: String, _ kind: PathKind) -> String {
        guard let path = value(key) else {
            reject(key, problem: "is not set", expected: Self.expectation(kind))
            return ""
        }
        check(path, key: key, kind: kind)
        return path
    }

    private mutating func check(_ path: String, key: String, kind: PathKind) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            return reject(key, problem: "names \(path), which does not exist", expected: Self.expectation(kind))
        }
        if isDirectory.boolValue != (kind == .directory) {
            let found = isDirectory.boolValue ? "a directory" : "no directory"
            return reject(key, problem: "names \(path), which is \(found)", expected: Self.expectation(kind))
        }
        if !FileManager.default.isReadableFile(atPath: path) {
            reject(key, problem: "names \(path), which cannot be read", expected: Self.expectation(kind))
        }
    }

    private static func expectation(_ kind: PathKind) -> String {
        switch kind {
        case .file: "the path of a readable file"
        case .directory: "the path of a readable directory"
        }
    }
}
