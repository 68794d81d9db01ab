import Foundation

struct Corpora {
    private static let samples = 12

    let folder: URL

    init(_ path: String) { folder = URL(fileURLWithPath: path) }

    func inputs(for target: any FuzzTarget) throws -> [(file: String, bytes: [UInt8])] {
        let room = folder.appendingPathComponent(target.slug)
        return try FileManager.default.contentsOfDirectory(atPath: room.path).sorted().map { name in
            (name, Array(try Data(contentsOf: room.appendingPathComponent(name))))
        }
    }

    func write(_ targets: [any FuzzTarget]) throws {
        for target in targets {
            let room = folder.appendingPathComponent(target.slug)
            try FileManager.default.createDirectory(at: room, withIntermediateDirectories: true)
            var random = Seeded(11)
            for number in 0..<Self.samples {
                let name = "sample-\(String(number + 100).dropFirst())"
                try Data(try target.sample(&random)).write(to: room.appendingPathComponent(name))
            }
        }
    }
}
