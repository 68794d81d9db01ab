import Crypto
package import HTTVPSProtocol
package import NIOCore

import struct Foundation.Data

package struct AdmissionMemory: Sendable {
    private struct Entry: Sendable {
        var response: ValidateDeviceResponse
        var allowedAt: NIODeadline
    }

    private let grace: TimeAmount
    private let capacity: Int
    private let key: SymmetricKey
    private var entries: [Data: Entry] = [:]
    private var places: [String: Set<Data>] = [:]

    package init(grace: TimeAmount, capacity: Int = 100_000) {
        self.grace = grace
        self.capacity = max(1, capacity)
        key = SymmetricKey(size: .bits256)
    }

    package var count: Int { entries.count }

    package mutating func allowed(
        deviceID: String, token: String, response: ValidateDeviceResponse, at now: NIODeadline
    ) {
        guard grace > .zero else { return }
        if entries.count >= capacity { makeRoom(at: now) }
        var kept = response
        kept.credentials = nil
        let place = place(deviceID: deviceID, token: token)
        remove(place)
        entries[place] = Entry(response: kept, allowedAt: now)
        places[response.sessionID, default: []].insert(place)
    }

    package mutating func refused(deviceID: String, token: String) {
        remove(place(deviceID: deviceID, token: token))
    }

    package mutating func revoked(sessionID: String) {
        for place in places[sessionID] ?? [] { remove(place) }
    }

    package mutating func recall(deviceID: String, token: String, at now: NIODeadline) -> ValidateDeviceResponse? {
        let place = place(deviceID: deviceID, token: token)
        guard let entry = entries[place] else { return nil }
        if now - entry.allowedAt <= grace { return entry.response }
        remove(place)
        return nil
    }

    private mutating func makeRoom(at now: NIODeadline) {
        for (place, entry) in entries where now - entry.allowedAt > grace { remove(place) }
        guard entries.count >= capacity else { return }
        let oldest = entries.sorted { $0.value.allowedAt < $1.value.allowedAt }.prefix(max(1, capacity / 10))
        for (place, _) in oldest { remove(place) }
    }

    private mutating func remove(_ place: Data) {
        guard let entry = entries.removeValue(forKey: place) else { return }
        let sessionID = entry.response.sessionID
        places[sessionID]?.remove(place)
        if places[sessionID]?.isEmpty == true { places[sessionID] = nil }
    }

    private func place(deviceID: String, token: String) -> Data {
        let text = "\(deviceID.utf8.count):\(deviceID)\(token)"
        return Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key))
    }
}
