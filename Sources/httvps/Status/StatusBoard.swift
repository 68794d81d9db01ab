import HTTVPSClient
import Logging
import Synchronization

final class StatusBoard: Sendable {
    private struct Board {
        var figures = TunnelFigures()
        var up = RateMeter()
        var down = RateMeter()
    }

    private let tunnel: Tunnel
    private let level: Logger.Level
    private let showsLine: Bool
    private let board = Mutex(Board())

    init(tunnel: Tunnel, level: Logger.Level, showsLine: Bool) {
        self.tunnel = tunnel
        self.level = level
        self.showsLine = showsLine
    }

    func follow() async {
        await withTaskGroup { group in
            if showsLine { group.addTask { await self.refresh() } }
            for await state in tunnel.states() {
                board.withLock { $0.figures.note(state) }
                guard let event = TunnelEvent(state), level <= event.severity else { continue }
                if showsLine { TerminalStream.output.replaceLine("") }
                Terminal.note(event.sentence)
            }
            group.cancelAll()
        }
        if showsLine { TerminalStream.output.replaceLine("") }
    }

    private func refresh() async {
        while !Task.isCancelled {
            let statistics = await tunnel.statistics
            let line = board.withLock { board in
                board.figures.take(statistics)
                board.up.note(statistics.bytesUp, at: .now)
                board.down.note(statistics.bytesDown, at: .now)
                return StatusLine(figures: board.figures, up: board.up.perSecond, down: board.down.perSecond)
            }
            TerminalStream.output.replaceLine(line.text(width: TerminalStream.output.width))
            do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
        }
    }
}
