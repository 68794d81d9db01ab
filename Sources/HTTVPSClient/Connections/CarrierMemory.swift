import NIOCore

struct CarrierMemory: Sendable {
    enum Offer: Equatable {
        case either
        case http2
        case http1
    }

    static let kept = TimeAmount.minutes(15)

    private var withoutHTTP2: [GatewayAddress: NIODeadline] = [:]

    mutating func offer(_ preference: CarrierPreference, to gateway: GatewayAddress, now: NIODeadline) -> Offer {
        guard gateway.isSecure else { return .http1 }
        switch preference {
        case .h2: return .http2
        case .http1: return .http1
        case .auto:
            guard let end = withoutHTTP2[gateway] else { return .either }
            if now < end { return .http1 }
            withoutHTTP2[gateway] = nil
            return .either
        }
    }

    mutating func fellBack(on gateway: GatewayAddress, now: NIODeadline) {
        withoutHTTP2[gateway] = now + Self.kept
    }
}
