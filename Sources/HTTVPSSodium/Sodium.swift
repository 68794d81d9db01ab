import CLibSodium

package enum Sodium {
    private static let started = sodium_init() >= 0

    package static func start() throws(SodiumError) {
        guard started else { throw SodiumError(.unavailable, "libsodium could not be initialised") }
    }
}
