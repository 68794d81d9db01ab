import HTTPTypes

enum ProblemCode: String, CaseIterable, Sendable {
    case malformedJSON = "malformed_json"
    case malformedGzip = "malformed_gzip"
    case invalidQuery = "invalid_query"
    case unknownQueryParameter = "unknown_query_parameter"
    case invalidCursor = "invalid_cursor"
    case invalidIdempotencyKey = "invalid_idempotency_key"
    case unauthenticated
    case invalidCredentials = "invalid_credentials"
    case invalidToken = "invalid_token"
    case tokenExpired = "token_expired"
    case invalidEnrollmentCode = "invalid_enrollment_code"
    case forbidden
    case gatewayDisabled = "gateway_disabled"
    case nodeDisabled = "node_disabled"
    case deviceMismatch = "device_mismatch"
    case deviceBlocked = "device_blocked"
    case noActiveSubscription = "no_active_subscription"
    case quotaExceeded = "quota_exceeded"
    case sessionLimit = "session_limit"
    case noEgressAvailable = "no_egress_available"
    case notFound = "not_found"
    case userNotFound = "user_not_found"
    case deviceNotFound = "device_not_found"
    case planNotFound = "plan_not_found"
    case subscriptionNotFound = "subscription_not_found"
    case regionNotFound = "region_not_found"
    case outlineNodeNotFound = "outline_node_not_found"
    case gatewayNodeNotFound = "gateway_node_not_found"
    case sessionNotFound = "session_not_found"
    case administratorNotFound = "administrator_not_found"
    case apiTokenNotFound = "api_token_not_found"
    case auditEventNotFound = "audit_event_not_found"
    case methodNotAllowed = "method_not_allowed"
    case emailTaken = "email_taken"
    case planCodeTaken = "plan_code_taken"
    case regionCodeTaken = "region_code_taken"
    case inUse = "in_use"
    case deviceLimit = "device_limit"
    case subscriptionOverlap = "subscription_overlap"
    case sessionEnded = "session_ended"
    case noManagementURL = "no_management_url"
    case idempotencyKeyInProgress = "idempotency_key_in_progress"
    case preconditionFailed = "precondition_failed"
    case preconditionRequired = "precondition_required"
    case bodyTooLarge = "body_too_large"
    case unsupportedMediaType = "unsupported_media_type"
    case validationFailed = "validation_failed"
    case idempotencyKeyReused = "idempotency_key_reused"
    case rateLimited = "rate_limited"
    case tooManyAttempts = "too_many_attempts"
    case databaseUnavailable = "database_unavailable"
    case noOutlineNodesAvailable = "no_outline_nodes_available"
    case noHealthyOutlineNodes = "no_healthy_outline_nodes"
    case starting
    case draining
    case migrationPending = "migration_pending"
    case internalError = "internal_error"
}

extension ProblemCode {
    var status: HTTPResponse.Status {
        switch self {
        case .malformedJSON, .malformedGzip, .invalidQuery, .unknownQueryParameter, .invalidCursor,
            .invalidIdempotencyKey:
            .badRequest
        case .unauthenticated, .invalidCredentials, .invalidToken, .tokenExpired, .invalidEnrollmentCode:
            .unauthorized
        case .forbidden, .gatewayDisabled, .nodeDisabled, .deviceMismatch, .deviceBlocked, .noActiveSubscription,
            .quotaExceeded, .sessionLimit, .noEgressAvailable:
            .forbidden
        case .notFound, .userNotFound, .deviceNotFound, .planNotFound, .subscriptionNotFound, .regionNotFound,
            .outlineNodeNotFound, .gatewayNodeNotFound, .sessionNotFound, .administratorNotFound, .apiTokenNotFound,
            .auditEventNotFound:
            .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .emailTaken, .planCodeTaken, .regionCodeTaken, .inUse, .deviceLimit, .subscriptionOverlap, .sessionEnded,
            .noManagementURL, .idempotencyKeyInProgress:
            .conflict
        case .preconditionFailed: .preconditionFailed
        case .preconditionRequired: .preconditionRequired
        case .bodyTooLarge: .contentTooLarge
        case .unsupportedMediaType: .unsupportedMediaType
        case .validationFailed, .idempotencyKeyReused: .unprocessableContent
        case .rateLimited, .tooManyAttempts: .tooManyRequests
        case .databaseUnavailable, .noOutlineNodesAvailable, .noHealthyOutlineNodes, .starting, .draining,
            .migrationPending:
            .serviceUnavailable
        case .internalError: .internalServerError
        }
    }
}
