import HTTVPSShadowsocks

struct AccessKeyTarget: FuzzTarget {
    let name = "ss:// links"
    let share = 12

    func sample(_ random: inout Seeded) throws -> [UInt8] {
        let method = CipherMethod.allCases[random.count(3)]
        let host = ["node.example.com", "192.0.2.7", "2001:db8::7", random.name(20)][random.count(4)]
        let key = try AccessKey(
            host: host, port: UInt16(1 + random.count(65_535)), method: method, password: "p" + random.text(8),
            prefix: random.bytes(random.count(method.longestPrefix + 1)), isOutline: random.below(2) == 0,
            tag: random.below(2) == 0 ? random.text(5) : nil)
        switch random.below(3) {
        case 0: return Array("ss://\(method.rawValue):secret%20\(random.name(8))@\(host):443/?prefix=a%20#x".utf8)
        case 1: return Array("ss://Y2hhY2hhMjAtaWV0Zi1wb2x5MTMwNTp0ZXN0LyFAIzpAMTkyLjE2OC4xMDAuMTo4ODg4".utf8)
        default: return Array(key.link.utf8)
        }
    }

    func check(_ input: [UInt8], _ random: inout Seeded) throws(FuzzFinding) -> FuzzVerdict {
        let text = String(decoding: input, as: UTF8.self)
        guard let key = try? AccessKey(text) else { return .refused }
        guard let again = try? AccessKey(key.link), again == key else {
            throw FuzzFinding("\(key) does not read back")
        }
        return .accepted
    }
}
