import Foundation
import Testing

@testable import HTTVPSBackend

@Suite("A shelf of keys")
struct KeyShelfTests {
    private static func key(_ byte: UInt8, from start: Double, until end: Double? = nil) -> BackendKey {
        BackendKey(
            .vault, material: Array(repeating: byte, count: BackendKey.length),
            activatesAt: Date(timeIntervalSince1970: start), endsAt: end.map { Date(timeIntervalSince1970: $0) })
    }

    @Test("names what is next, active, retired and ended by the clock alone")
    func standings() {
        let (old, new) = (Self.key(1, from: 0, until: 20), Self.key(2, from: 10))
        let shelf = KeyShelf([new, old])
        func standings(_ seconds: Double) -> [BackendKey.Standing] {
            [old, new].map { shelf.standing(of: $0, at: Date(timeIntervalSince1970: seconds)) }
        }
        #expect(standings(9.9) == [.active, .next])
        #expect(standings(10) == [.retired, .active])
        #expect(standings(19.9) == [.retired, .active])
        #expect(standings(20) == [.ended, .active])
        #expect(shelf.key(old.id, at: Date(timeIntervalSince1970: 20)) == nil)
        #expect(shelf.usable(at: Date(timeIntervalSince1970: 5)).count == 2)
    }

    @Test("keeps its newest key active, whatever its end says")
    func lastKey() {
        let only = Self.key(1, from: 0, until: 1)
        let later = Date(timeIntervalSince1970: 100)
        #expect(KeyShelf([only]).standing(of: only, at: later) == .active)
        #expect(KeyShelf([only]).key(only.id, at: later) == only)
    }
}
