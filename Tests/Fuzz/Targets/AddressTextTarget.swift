import HTTVPSProtocol

struct AddressTextTarget: FuzzTarget {
    let name = "addresses as text"
    let share = 12

    func sample(_ random: inout Seeded) -> [UInt8] {
        Array((FrameSample.address(&random)?.description ?? "[::1]:1").utf8)
    }

    func check(_ input: [UInt8], _ random: inout Seeded) throws(FuzzFinding) -> FuzzVerdict {
        guard let address = TargetAddress(String(decoding: input, as: UTF8.self)) else { return .refused }
        guard TargetAddress(address.description) == address else {
            throw FuzzFinding("\(address) does not read back")
        }
        return .accepted
    }
}
