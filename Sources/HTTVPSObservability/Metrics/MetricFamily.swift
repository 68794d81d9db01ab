struct MetricFamily: Sendable {
    enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
    }

    enum Value: Sendable {
        case number(Double)
        case integer(Int64)
        case histogram(bounds: [Double], counts: [Int64], sum: Double)
    }

    struct Sample: Sendable {
        var labels: [(name: String, value: String)]
        var value: Value
    }

    var name: String
    var help: String
    var kind: Kind
    var collect: @Sendable () -> [Sample]
}
