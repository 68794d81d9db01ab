import Foundation

struct AdmissionVerdict: Sendable {
    var userID: String
    var expiresAt: Date?
    var gateways: JSONValue
}
