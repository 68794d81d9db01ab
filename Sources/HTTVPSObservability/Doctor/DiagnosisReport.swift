import Foundation

package struct DiagnosisReport: Sendable {
    package var diagnoses: [Diagnosis]

    package init(_ diagnoses: [Diagnosis]) { self.diagnoses = diagnoses }

    package var isWell: Bool { !diagnoses.contains { $0.state == .fail } }

    package var table: String {
        let width = diagnoses.map(\.check.count).max() ?? 0
        return diagnoses.map { diagnosis in
            let state = diagnosis.state.rawValue.padding(toLength: 4, withPad: " ", startingAt: 0)
            let check = diagnosis.check.padding(toLength: width, withPad: " ", startingAt: 0)
            let advice = diagnosis.advice.map { "\n\(String(repeating: " ", count: width + 8))\($0)" } ?? ""
            return "\(state)  \(check)  \(diagnosis.finding)\(advice)"
        }.joined(separator: "\n")
    }

    package var json: String {
        struct Document: Encodable {
            var ok: Bool
            var checks: [Diagnosis]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes = (try? encoder.encode(Document(ok: isWell, checks: diagnoses))) ?? Data()
        return String(decoding: bytes, as: UTF8.self)
    }
}
