struct HTTP2Fault: Error {
    enum Code: String, Equatable {
        case idleStream = "idle_stream"
        case closedStream = "closed_stream"
        case tooManyUpdates = "too_many_updates"
        case tooManyFaults = "too_many_faults"
    }

    var code: Code

    var message: String {
        switch code {
        case .idleStream: "the client sent data on a stream that it never opened"
        case .closedStream: "the client sent headers on a stream behind its end"
        case .tooManyUpdates: "the client sent more window updates than the data that it got can explain"
        case .tooManyFaults: "the client opened too many streams that had to be reset"
        }
    }

    var wireCode: UInt32 {
        switch code {
        case .idleStream: 0x1
        case .closedStream: 0x5
        case .tooManyUpdates, .tooManyFaults: 0xB
        }
    }
}
