import Testing

@testable import httvps_load

@Suite("Samples")
struct SamplesTests {
    private static func samples(_ values: [Double]) -> Samples {
        var samples = Samples()
        values.forEach { samples.note($0) }
        return samples
    }

    @Test(
        "A percentile is the value that so many percent do not exceed",
        arguments: [
            (50.0, 50.0), (95.0, 95.0), (99.0, 99.0), (100.0, 100.0), (0.0, 1.0),
        ])
    func ranks(rank: Double, expected: Double) {
        #expect(Self.samples((1...100).map(Double.init).shuffled()).percentile(rank) == expected)
    }

    @Test("One sample is every percentile, none is no number")
    func few() {
        #expect(Self.samples([7]).percentiles([1, 50, 99]) == [7, 7, 7])
        #expect(Samples().percentile(50).isNaN)
    }

    @Test("Between two samples the median is the lower one")
    func two() { #expect(Self.samples([3, 1]).percentile(50) == 1) }
}
