package import Foundation

package struct KeyShelf: Equatable, Sendable {
    package let keys: [BackendKey]

    init(_ keys: [BackendKey]) {
        self.keys = keys.sorted { ($0.activatesAt, $0.id) < ($1.activatesAt, $1.id) }
    }

    var oldest: BackendKey? { keys.first }

    func active(at moment: Date) -> BackendKey? {
        keys.last { $0.activatesAt <= moment } ?? keys.first
    }

    func next(at moment: Date) -> BackendKey? { keys.last { $0.activatesAt > moment } }

    func usable(at moment: Date) -> [BackendKey] { keys.filter { standing(of: $0, at: moment) != .ended } }

    func key(_ id: String, at moment: Date) -> BackendKey? { usable(at: moment).first { $0.id == id } }

    package func standing(of key: BackendKey, at moment: Date) -> BackendKey.Standing {
        if key.activatesAt > moment { return .next }
        if key == active(at: moment) { return .active }
        if let end = key.endsAt, end <= moment { return .ended }
        return .retired
    }
}
