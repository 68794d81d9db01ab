import HTTVPSProtocol
import NIOCore

struct AuthResultTarget: FuzzTarget {
    let name = "auth_result"
    let share = 4

    func sample(_ random: inout Seeded) throws -> [UInt8] {
        guard random.below(4) > 0 else {
            return try SortedJSON.bytes(AuthResult.refused(reason: random.text(8)).encoded())
        }
        var grant = SessionGrant(
            sessionID: random.name(20), userID: random.name(20), subscriptionStatus: random.text(4),
            capabilities: Capabilities(rawValue: UInt8(random.below(32))), maxStreams: 1 + random.count(1000),
            maxPayload: 16_384 + random.count(65_536), initialWindow: 65_536 + random.count(65_536),
            keepaliveSeconds: 1 + random.count(100), region: random.text(4))
        if random.below(2) == 0 { grant.resumeToken = random.name(20) }
        return try SortedJSON.bytes(AuthResult.allowed(grant).encoded())
    }

    func check(_ input: [UInt8], _ random: inout Seeded) throws(FuzzFinding) -> FuzzVerdict {
        guard let result = try? AuthResult.decode(ByteBuffer(bytes: input)) else { return .refused }
        guard let again = try? AuthResult.decode(result.encoded()), again == result else {
            throw FuzzFinding("\(result) does not read back")
        }
        return .accepted
    }
}
