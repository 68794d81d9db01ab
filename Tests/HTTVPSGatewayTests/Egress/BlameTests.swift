import HTTVPSGateway
import Testing

@Suite struct BlameTests {
    @Test("A target that fails through two nodes is at fault itself, until it answers")
    func twoNodes() {
        var blame = Blame()
        let first = blame.fallsOnNode("a", target: 1)
        let again = blame.fallsOnNode("a", target: 1)
        let elsewhere = blame.fallsOnNode("b", target: 1)
        let other = blame.fallsOnNode("b", target: 2)
        #expect(first && again && other)
        #expect(!elsewhere)
        blame.answered(target: 1)
        let later = blame.fallsOnNode("b", target: 1)
        #expect(later)
    }
}
