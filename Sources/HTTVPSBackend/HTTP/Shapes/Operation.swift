struct Operation: Sendable {
    enum Outcome: Sendable {
        case nothing
        case json(ObjectShape)
        case either([ObjectShape])
        case document
    }

    var summary: String
    var body: ObjectShape?
    var answers: [Int: Outcome]
    var codes: [ProblemCode]
    var refusals: [ProblemCode]

    init(
        _ summary: String, body: ObjectShape? = nil, answers: [Int: Outcome], codes: [ProblemCode] = [],
        refusals: [ProblemCode] = []
    ) {
        self.summary = summary
        self.body = body
        self.answers = answers
        self.codes = codes
        self.refusals = refusals
    }

    func submission(_ call: Call) throws(ProblemError) -> Submission {
        let submission = Submission(call.json ?? .object(JSONObject()), as: body ?? .body())
        try submission.finish()
        return submission
    }
}
