import HTTVPSGateway
import NIOCore

struct ProxyHeaderTarget: FuzzTarget {
    let name = "PROXY header"
    let share = 2

    func sample(_ random: inout Seeded) -> [UInt8] {
        switch random.below(3) {
        case 0: return Array("PROXY TCP4 192.0.2.\(random.below(256)) 198.51.100.2 4\(random.below(999)) 443\r\n".utf8)
        case 1: return Array("PROXY TCP6 2001:db8::\(random.below(10)) ::1 1 443\r\nGET".utf8)
        default:
            let family: (kind: UInt8, length: Int) = random.below(2) == 0 ? (0x11, 12) : (0x21, 36)
            return [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A, 0x21, family.kind, 0]
                + [UInt8(family.length + 3)] + random.bytes(family.length + 3) + Array("rest".utf8)
        }
    }

    func check(_ input: [UInt8], _ random: inout Seeded) throws(FuzzFinding) -> FuzzVerdict {
        var whole = ByteBuffer(bytes: input)
        let verdict = ProxyHeader.read(&whole)
        guard input.count - whole.readableBytes <= 2_064 else { throw FuzzFinding("too much was taken") }
        var split = ByteBuffer()
        var step = ProxyHeader.incomplete
        for byte in input where step == .incomplete {
            split.writeInteger(byte)
            step = ProxyHeader.read(&split)
        }
        guard step == verdict || input.isEmpty else { throw FuzzFinding("\(verdict) at once, \(step) byte by byte") }
        if case .source = verdict { return .accepted }
        return .refused
    }
}
