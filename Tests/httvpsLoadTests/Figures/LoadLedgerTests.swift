import Testing

@testable import httvps_load

@Suite("The ledger")
struct LoadLedgerTests {
    @Test("A window holds what came since the last one, the figures hold all")
    func windows() {
        let ledger = LoadLedger()
        ledger.note(.verdict, .milliseconds(5))
        #expect(ledger.takeWindow()[.verdict]?.count == 1)
        ledger.note(.verdict, .milliseconds(7))
        ledger.note(.validate, .milliseconds(9))
        let window = ledger.takeWindow()
        #expect(window[.verdict]?.percentile(50) == 7)
        #expect(window[.validate]?.count == 1)
        #expect(ledger.takeWindow().isEmpty)
        #expect(ledger.figures.samples[.verdict]?.count == 2)
    }

    @Test("Failures are counted by code, with the first one's words")
    func failures() {
        let ledger = LoadLedger()
        #expect(ledger.figures.isClean)
        ledger.fail("stream: timeout", "first")
        ledger.fail("stream: timeout", "second")
        #expect(!ledger.figures.isClean)
        #expect(ledger.figures.failures == ["stream: timeout": 2])
        #expect(ledger.figures.examples == ["stream: timeout": "first"])
    }
}
