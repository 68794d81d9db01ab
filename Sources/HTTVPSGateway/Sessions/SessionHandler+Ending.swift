import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore

extension SessionHandler {
    func loseTransport() {
        guard case .end = machine.end(.lost) else { return }
        isTransportFinished = true
        if let session { session.lost(self) } else { noteHandshake(.lost) }
        detach()
    }

    func drop() {
        _ = machine.end(.lost)
        isTransportFinished = true
        detach()
        context?.close(promise: nil)
    }

    func conclude(_ ending: SessionEnding) {
        if let session { return session.fail(ending, from: self) }
        noteHandshake(ending)
        switch ending.farewell {
        case .none: break
        case .refusal(let reason):
            sendControl(.text) { $0.writeImmutableBuffer(AuthResult.refused(reason: reason.rawValue).encoded()) }
        case .error(let error):
            let frame = Frame.error(code: error.code.rawValue, message: error.message, stream: nil)
            sendControl(.text) { FrameEncoding.json.encode(frame, into: &$0) }
        }
        end(ending)
    }

    func end(_ ending: SessionEnding) {
        _ = machine.end(ending)
        detach()
        guard context != nil, let close = ending.close else {
            isTransportFinished = true
            return
        }
        sendControl(.close) { $0.writeImmutableBuffer(close.payload) }
        flush()
        guard ending.awaitsPeer else { return finishTransport() }
        schedule(.farewell, at: .now() + Self.farewellWait) { $0.finishTransport() }
        readOn()
        if !isReceiving, !isProcessing { process() }
    }

    func finishTransport() {
        guard !isTransportFinished, let context else { return }
        isTransportFinished = true
        forgetArrived()
        releaseCharge()
        context.close(mode: .output, promise: nil)
        schedule(.farewell, at: .now() + Self.lingerWait) { $0.context?.close(promise: nil) }
        readOn()
    }

    private func detach() {
        session = nil
        releaseCharge()
        cancelTimers()
    }

    private func noteHandshake(_ ending: SessionEnding) {
        endHandshake(ending.handshake.rawValue)
        environment.metrics.handshakes[ending.handshake].increment()
        environment.logger.debug(
            "handshake ended", metadata: .fields([.outcome: .string(ending.handshake.rawValue)]))
    }
}
