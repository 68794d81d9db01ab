import ArgumentParser

struct ResourceCommand<Resource: AdminResource>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        let resource = Resource.description
        var commands: [any ParsableCommand.Type] = [ListObjects<Resource>.self, ShowObject<Resource>.self]
        if resource.verbs.contains(.create) { commands.append(CreateObject<Resource>.self) }
        if resource.verbs.contains(.update) { commands.append(UpdateObject<Resource>.self) }
        if resource.verbs.contains(.delete) { commands.append(DeleteObjects<Resource>.self) }
        if resource.action != nil { commands.append(RunAction<Resource>.self) }
        return CommandConfiguration(
            commandName: resource.name, abstract: resource.abstract, subcommands: commands,
            defaultSubcommand: ListObjects<Resource>.self)
    }
}
