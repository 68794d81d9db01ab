import HTTPTypes
import HTTVPSPostgres

extension AdminDesk {
    typealias Lock<Resource> = @Sendable (Call, PostgresTransaction) async throws -> Resource?
    typealias Check<Resource> =
        @Sendable (inout Submission, Resource?, Call, PostgresTransaction) async throws -> Void

    func create<Resource: AdminResource>(
        _ type: Resource.Type, codes: [ProblemCode] = [], check: @escaping Check<Resource> = { _, _, _, _ in },
        make: @escaping @Sendable (Submission, Call, PostgresTransaction) async throws -> Created<Resource>
    ) -> Endpoint {
        let operation = Operation(
            "Creates \(Resource.kind.phrase).", body: Resource.shape.creation,
            answers: [201: .json(Resource.shape.created)], codes: codes)
        return Endpoint(
            .post, RoutePattern(Resource.path), body: .required, takesIdempotencyKey: true, operation: operation
        ) { call in
            try await changes.perform(call) { transaction in
                var submission = Submission(call.json, as: Resource.shape.creation)
                try await check(&submission, nil, call, transaction)
                try submission.finish()
                let created = try await make(submission, call, transaction)
                try await audit.write(.created(created, from: submission), by: call, on: transaction)
                return .created(created)
            }
        }
    }

    func change<Resource: AdminResource>(
        _ type: Resource.Type, codes: [ProblemCode] = [], lock: @escaping Lock<Resource>,
        check: @escaping Check<Resource> = { _, _, _, _ in },
        apply: @escaping @Sendable (Resource, Submission, Call, PostgresTransaction) async throws -> Resource
    ) -> Endpoint {
        let operation = Operation(
            "Changes \(Resource.kind.phrase).", body: Resource.shape.change,
            answers: [200: .json(Resource.shape.reading)], codes: [Resource.kind.notFoundCode] + codes)
        return Endpoint(
            .patch, RoutePattern(Resource.path + "/{id}"), body: .mergePatch, operation: operation
        ) { call in
            try await changes.perform(call) { transaction in
                let before = try await locked(lock, call, transaction)
                var submission = Submission(call.json, changing: before.json, as: Resource.shape)
                try await check(&submission, before, call, transaction)
                try submission.finish()
                guard !submission.changed.isEmpty else { return .reading(before) }
                let after = try await apply(before, submission, call, transaction)
                try await audit.write(.updated(before, after, by: submission), by: call, on: transaction)
                return .reading(after)
            }
        }
    }

    func remove<Resource: AdminResource>(
        _ type: Resource.Type, codes: [ProblemCode] = [], lock: @escaping Lock<Resource>,
        apply: @escaping @Sendable (Resource, Call, PostgresTransaction) async throws -> Void
    ) -> Endpoint {
        let operation = Operation(
            "Deletes \(Resource.kind.phrase).", answers: [204: .nothing],
            codes: [Resource.kind.notFoundCode] + codes)
        return Endpoint(.delete, RoutePattern(Resource.path + "/{id}"), operation: operation) { call in
            try await changes.perform(call) { transaction in
                let before = try await locked(lock, call, transaction)
                try await apply(before, call, transaction)
                try await audit.write(.deleted(before), by: call, on: transaction)
                return .noContent
            }
        }
    }

    private func locked<Resource: AdminResource>(
        _ lock: Lock<Resource>, _ call: Call, _ transaction: PostgresTransaction
    ) async throws -> Resource {
        guard let resource = try await lock(call, transaction) else { throw Resource.kind.notFound }
        try Precondition.check(call.headers, against: resource.etag)
        return resource
    }
}
