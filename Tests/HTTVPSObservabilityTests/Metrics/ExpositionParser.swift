struct ExpositionParser {
    struct Fault: Error { var line: String }

    private(set) var samples: [String: Double] = [:]
    private(set) var types: [String: String] = [:]
    private(set) var helps: Set<String> = []

    init(_ text: String, openMetrics: Bool = false) throws {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.popLast() == "" else { throw Fault(line: "no line feed at the end") }
        if openMetrics, lines.popLast() != "# EOF" { throw Fault(line: "no # EOF") }
        var family = ""
        for line in lines {
            if let match = line.wholeMatch(of: /# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)/) {
                family = String(match.1)
                guard helps.insert(family).inserted, !openMetrics || !family.hasSuffix("_total") else {
                    throw Fault(line: line)
                }
            } else if let match = line.wholeMatch(of: /# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)/) {
                guard match.1 == family, types.updateValue(String(match.2), forKey: family) == nil else {
                    throw Fault(line: line)
                }
            } else if openMetrics, let match = line.wholeMatch(of: /# UNIT ([a-zA-Z_:][a-zA-Z0-9_:]*) (seconds|bytes)/)
            {
                guard match.1 == family, family.hasSuffix("_\(match.2)") else { throw Fault(line: line) }
            } else {
                try add(line, family: family)
            }
        }
    }

    private mutating func add(_ line: String, family: String) throws {
        let shape =
            /([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\["\\n])*"(?:,[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\]|\\["\\n])*")*\})? (\S+)/
        guard let match = line.wholeMatch(of: shape), match.1.hasPrefix(family), types[family] != nil,
            let value = match.3 == "+Inf" ? .infinity : match.3 == "NaN" ? .nan : Double(match.3)
        else { throw Fault(line: line) }
        let suffix = match.1.dropFirst(family.count)
        let allowed = types[family] == "histogram" ? ["_bucket", "_sum", "_count"] : ["", "_total"]
        guard allowed.contains(String(suffix)) else { throw Fault(line: line) }
        let key = String(match.1) + String(match.2 ?? "")
        guard samples.updateValue(value, forKey: key) == nil else { throw Fault(line: line) }
    }
}
