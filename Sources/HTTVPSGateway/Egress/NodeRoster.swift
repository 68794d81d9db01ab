import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore

final class NodeRoster {
    typealias Answer = (AssignedNode?) -> Void

    private let controlPlane: any ControlPlane
    private let request: AssignOutlineRequest
    private let loop: any EventLoop
    private let logger: Logger
    private var selector: NodeSelector
    private var waiting: [Answer] = []
    private var tried: Set<String> = []

    init(
        nodes: [AssignedNode], request: AssignOutlineRequest, controlPlane: any ControlPlane, loop: any EventLoop,
        logger: Logger
    ) {
        selector = NodeSelector(nodes: nodes)
        self.request = request
        self.controlPlane = controlPlane
        self.loop = loop
        self.logger = logger
    }

    var first: String? { selector.nodeIDs.first }

    func next(excluding tried: Set<String>) -> AssignedNode? { selector.next(excluding: tried, at: .now()) }

    func failed(_ nodeID: String) { selector.failed(nodeID, at: .now()) }

    func reached(_ nodeID: String) { selector.reached(nodeID) }

    func askForAnother(excluding tried: Set<String>, _ answer: @escaping Answer) {
        self.tried.formUnion(tried)
        waiting.append(answer)
        guard waiting.count == 1 else { return }
        var request = request
        request.exclude = self.tried.sorted()
        let asked = request
        let roster = NIOLoopBound(self, eventLoop: loop)
        Task { [controlPlane, loop] in
            let node = try? await controlPlane.assignOutline(asked, requestID: RequestID.make())
            loop.execute { roster.value.answered(node) }
        }
    }

    func close() { waiting = [] }

    private func answered(_ node: AssignedNode?) {
        if let node {
            selector.add(node)
            logger.info("another node was assigned", metadata: .fields([.nodeID: .string(node.nodeID)]))
        } else {
            logger.warning("no other node is to be had", metadata: .fields([.outcome: "egress_unavailable"]))
        }
        let answers = waiting
        waiting = []
        tried = []
        for answer in answers { answer(node) }
    }
}
