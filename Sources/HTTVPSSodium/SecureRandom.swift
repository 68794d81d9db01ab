import CLibSodium

package enum SecureRandom {
    package static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            if let base = room.baseAddress { randombytes_buf(base, count) }
            filled = count
        }
    }
}
