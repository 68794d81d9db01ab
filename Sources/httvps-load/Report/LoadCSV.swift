enum LoadCSV {
    static func text(_ moments: [LoadMoment]) -> String {
        let head =
            ["seconds", "sessions", "streams", "failures", "bytes_checked"]
            + Measure.allCases.map { "\($0.rawValue)_p95_ms" } + ["backend_validate_p95_ms"]
            + Service.allCases.map { "\($0.rawValue)_bytes" }
        return ([head] + moments.map(row)).map { $0.joined(separator: ",") + "\n" }.joined()
    }

    private static func row(_ moment: LoadMoment) -> [String] {
        func cell(_ value: Double?, digits: Int = 3) -> String { value.map { Words.number($0, digits: digits) } ?? "" }
        return [
            cell(moment.seconds), "\(moment.sessions)", "\(moment.streams)", "\(moment.failures)",
            "\(moment.bytesChecked)",
        ] + Measure.allCases.map { cell(moment.p95[$0]) } + [cell(moment.backendValidateP95)]
            + Service.allCases.map { cell(moment.memory[$0], digits: 0) }
    }
}
