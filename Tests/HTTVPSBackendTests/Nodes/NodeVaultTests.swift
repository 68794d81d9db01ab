import HTTVPSObservability
import Testing

@testable import HTTVPSBackend

@Suite("Node vault")
struct NodeVaultTests {
    private let vault: NodeVault
    private let other: NodeVault

    init() throws {
        vault = try NodeVault(keys: KeyRing(secret: Secret(String(repeating: "a", count: 32))))
        other = try NodeVault(keys: KeyRing(secret: Secret(String(repeating: "b", count: 32))))
    }

    @Test("What is sealed for a row opens for that row alone")
    func rowBound() throws {
        let sealed = try vault.seal("secret", column: .password, nodeID: "oln_1")
        #expect(try vault.open(sealed, column: .password, nodeID: "oln_1") == "secret")
        #expect(throws: VaultError.self) { try vault.open(sealed, column: .password, nodeID: "oln_2") }
        #expect(throws: VaultError.self) { try vault.open(sealed, column: .managementURL, nodeID: "oln_1") }
    }

    @Test("The same secret never looks the same, and another key is named as the fault")
    func keys() throws {
        let sealed = try vault.seal("secret", column: .password, nodeID: "oln_1")
        #expect(try sealed != vault.seal("secret", column: .password, nodeID: "oln_1"))
        let error = #expect(throws: VaultError.self) { try other.open(sealed, column: .password, nodeID: "oln_1") }
        #expect(error?.code == .unknownKey)
    }
}
