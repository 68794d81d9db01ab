package enum GatewayLimit: String, CaseIterable, Hashable, Sendable {
    case streams
    case pings
    case framesPerTurn = "frames_per_turn"
    case fragments
    case messageSize = "message_size"
    case controlBacklog = "control_backlog"
    case heldBeforeVerdict = "held_before_verdict"
    case sessions
    case sessionBuffer = "session_buffer"
    case memoryBudget = "memory_budget"
}
