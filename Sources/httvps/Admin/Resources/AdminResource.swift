protocol AdminResource: Sendable {
    static var description: ResourceDescription { get }
}

struct ResourceDescription: Sendable {
    enum Verb: Sendable {
        case create
        case update
        case delete
    }

    var name: String
    var singular: String
    var abstract: String
    var members: [AdminMember] = []
    var verbs: [Verb] = [.create, .update, .delete]
    var filters: [String]
    var columns: [String]
    var bytes: Set<String> = []
    var shownOnce: [String] = []
    var action: ResourceAction?

    var allFilters: [String] { filters + ["created_at[gte]", "created_at[lt]"] }

    func counted(_ count: Int) -> String { "\(count) \(count == 1 ? singular : name)" }

    func member(_ name: String) -> AdminMember? { members.first { $0.name == name } }

    var creatable: [AdminMember] { members.filter(\.isCreatable) }

    var changeable: [AdminMember] { members.filter(\.isChangeable) }
}

struct ResourceAction: Sendable {
    var name: String
    var abstract: String
    var members: [AdminMember] = []
    var answers = ["id"]
}
