import Testing

@testable import httvps

@Suite("The status line")
struct StatusLineTests {
    private static func line(_ edit: (inout TunnelFigures) -> Void) -> StatusLine {
        var figures = TunnelFigures()
        figures.carrier = "h2"
        figures.gateway = "wss://gw.test:443"
        figures.region = "eu"
        figures.phase = .connected
        edit(&figures)
        return StatusLine(figures: figures, up: 1_234, down: 5_600_000)
    }

    @Test("names carrier, gateway, streams, rates, round trip and pauses")
    func connected() {
        let line = Self.line {
            $0.streams = 12
            $0.roundTrip = .microseconds(23_400)
            $0.pauses = 2
            $0.lastPause = .milliseconds(1_250)
        }
        #expect(
            line.text(width: 200)
                == "h2 wss://gw.test:443 eu  12 streams  ↓ 5.6 MB/s  ↑ 1.2 kB/s  rtt 23 ms  2 pauses, last 1.2 s")
    }

    @Test("leaves out what is not known")
    func sparse() {
        #expect(
            Self.line { $0.streams = 1 }.text(width: 99) == "h2 wss://gw.test:443 eu  1 stream  ↓ 5.6 MB/s  ↑ 1.2 kB/s")
        #expect(StatusLine(figures: TunnelFigures(), up: 0, down: 0).text(width: 80) == "connecting")
    }

    @Test("says when it is paused or without connection")
    func troubled() {
        #expect(Self.line { $0.phase = .paused }.text(width: 99) == "paused  wss://gw.test:443 eu  0 streams")
        #expect(
            Self.line { $0.phase = .waiting }.text(width: 99) == "no connection, trying again  wss://gw.test:443 eu")
    }

    @Test("shows no character of a region's name that steers the terminal, and knows how wide the others are")
    func regionName() {
        #expect(Self.line { $0.region = "e\u{1B}[2J\nu" }.text(width: 99).contains(" e\u{FFFD}[2J\u{FFFD}u "))
        let line = Self.line { $0.region = "日本" }
        #expect((1...99).allSatisfy { CellWidth.of(line.text(width: $0)) < $0 })
    }

    @Test("never wraps: what does not fit is left out, the last part first", arguments: 1...70)
    func width(columns: Int) {
        let text = Self.line { $0.pauses = 1 }.text(width: columns)
        #expect(text.count < columns)
        #expect(Self.line { $0.pauses = 1 }.text(width: 200).hasPrefix(text))
    }

    @Test(
        "writes rates with three digits",
        arguments: [
            (0, "0 B/s"), (999.4, "999 B/s"), (999.6, "1.0 kB/s"), (12_345, "12.3 kB/s"), (123_456, "123 kB/s"),
            (1_000_000, "1.0 MB/s"), (2.5e9, "2.5 GB/s"), (-1, "0 B/s"),
        ] as [(Double, String)])
    func rates(perSecond: Double, text: String) { #expect(StatusLine.rate(perSecond) == text) }

    @Test(
        "writes durations as people read them",
        arguments: [
            (Duration.microseconds(740), "0.7 ms"), (.milliseconds(9), "9.0 ms"), (.milliseconds(120), "120 ms"),
            (.seconds(2), "2.0 s"), (.zero, "0.0 ms"),
        ])
    func durations(duration: Duration, text: String) { #expect(StatusLine.duration(duration) == text) }
}
