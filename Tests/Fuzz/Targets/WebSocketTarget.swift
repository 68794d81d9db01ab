import HTTVPSProtocol
import NIOCore

struct WebSocketTarget: FuzzTarget {
    private struct Outcome: Equatable {
        var messages: [WebSocketMessage] = []
        var error: WebSocketError?
    }

    let name: String
    let share = 5
    private let role: TunnelRole
    private let limits = WebSocketLimits(text: 300, binary: 300)

    init(role: TunnelRole) {
        self.role = role
        name = role == .gateway ? "WebSocket frames, masked" : "WebSocket frames, unmasked"
    }

    func sample(_ random: inout Seeded) -> [UInt8] { (0...random.count(4)).flatMap { _ in frame(&random) } }

    func check(_ input: [UInt8], _ random: inout Seeded) throws(FuzzFinding) -> FuzzVerdict {
        let whole = try outcome(of: input, pieces: input.count + 1)
        let split = try outcome(of: input, pieces: 1 + random.count(20))
        guard whole == split else {
            throw FuzzFinding("the split of the bytes changes what is read: \(whole) against \(split)")
        }
        return whole.error == nil ? .accepted : .refused
    }

    private func outcome(of input: [UInt8], pieces: Int) throws(FuzzFinding) -> Outcome {
        var assembler = WebSocketMessageAssembler(role: role, limits: limits)
        var outcome = Outcome()
        var rest = ByteBuffer(bytes: input)
        while outcome.error == nil, rest.readableBytes > 0 {
            assembler.append(rest.readSlice(length: min(pieces, rest.readableBytes)) ?? ByteBuffer())
            do throws(WebSocketError) {
                while let message = try assembler.next() { outcome.messages.append(message) }
            } catch {
                outcome.error = error
            }
            guard assembler.bufferedBytes <= input.count else { throw FuzzFinding("more is kept than came in") }
        }
        return outcome
    }

    private func frame(_ random: inout Seeded) -> [UInt8] {
        let opcodes: [UInt8] = [0x00, 0x01, 0x80, 0x81, 0x82, 0x82, 0x89, 0x8A, 0x88, 0x02]
        let opcode = opcodes[random.count(opcodes.count)]
        var payload = opcode & 0xF == 1 ? Array(random.text(20).utf8) : random.bytes(random.count(40))
        if opcode == 0x88 { payload = [3, 0xE8] + Array(random.text(4).utf8) }
        guard role == .gateway else { return [opcode, UInt8(payload.count)] + payload }
        let mask = random.bytes(4)
        return [opcode, 0x80 | UInt8(payload.count)] + mask + payload.indices.map { payload[$0] ^ mask[$0 & 3] }
    }
}
