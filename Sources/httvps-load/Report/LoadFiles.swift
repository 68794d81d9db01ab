import Foundation

struct LoadFiles: Sendable {
    let folder: String

    func write(_ outcome: LoadOutcome) throws(LoadError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try save(LoadTable(outcome: outcome).text + "\n", "load.txt")
            try save(LoadCSV.text(outcome.moments), "load.csv")
            try save(LoadPlot(outcome: outcome).svg, "load.svg")
        } catch {
            throw LoadError(.output, "\(folder) cannot be written: \(error.localizedDescription)", cause: error)
        }
    }

    private func save(_ text: String, _ name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder).appendingPathComponent(name), options: .atomic)
    }
}
