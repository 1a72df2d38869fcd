using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mail.Contracts;
using MassTransit;
using MassTransit.Serialization;

namespace Mail.Tests.Decisions;

/// <summary>
/// While services are replaced one after another, old and new ones talk to each other, and messages of before wait in the
/// timer table for months: contracts only ever gain fields that may be left out. <c>Released</c> has each contract as it
/// travelled, named after the commit; a release that changes one adds a file and touches none.
/// </summary>
public sealed class ReleasedContractsTests
{
    private static readonly Type[] _contracts =
        [typeof(DeliverWebhook), typeof(EmailConfigSaved), typeof(SendEmail), typeof(TopUpSeries)];

    public static TheoryData<string> Files =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Released")).Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Files))]
    public void What_was_released_is_read_by_todays_contract_and_nothing_of_it_is_lost(string file)
    {
        var (contract, message) = Read(file);
        var today = JsonSerializer.SerializeToNode(
            message.Deserialize(contract, SystemTextJsonMessageSerializer.Options), contract, SystemTextJsonMessageSerializer.Options)!;
        Assert.All(
            message.AsObject(),
            field => Assert.True(
                JsonNode.DeepEquals(field.Value, today[field.Key]),
                $"{field.Key} was {field.Value?.ToJsonString()}, and is {today[field.Key]?.ToJsonString()}"));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void What_was_not_released_may_be_left_out(string file)
    {
        var (contract, message) = Read(file);
        var required = contract.GetProperties().Where(property => property.GetCustomAttribute<RequiredMemberAttribute>() is not null);
        Assert.All(
            required,
            property => Assert.True(message.AsObject().ContainsKey(JsonNamingPolicy.CamelCase.ConvertName(property.Name)), property.Name));
    }

    [Fact]
    public void Every_contract_was_released() => Assert.Equal(
        _contracts.Select(contract => contract.Name),
        Files.Select(file => Read(file.Data).Contract.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_contract_is_among_these() => Assert.Equal(
        _contracts,
        typeof(SendEmail).Assembly.GetExportedTypes().Where(type => !type.IsAbstract).OrderBy(type => type.Name, StringComparer.Ordinal));

    /// <summary>Which contract it is, by the name that it has on the wire, and what it said.</summary>
    private static (Type Contract, JsonNode Message) Read(string file)
    {
        var envelope = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Released", file)))!;
        var name = (string)Assert.Single(envelope["messageType"]!.AsArray())!;
        var contract = Assert.Single(_contracts, contract => MessageUrn.ForTypeString(contract) == name);
        // Where messages go is a part of it: a queue of another name would be read by none of the old ones.
        var address = contract == typeof(SendEmail) ? Addresses.SendEmail
            : contract == typeof(TopUpSeries) ? Addresses.TopUpSeries
            : contract == typeof(DeliverWebhook) ? Addresses.DeliverWebhook : Addresses.EmailConfigSaved;
        Assert.Equal(address.ToString(), (string)envelope["destinationAddress"]!);
        return (contract, envelope["message"]!);
    }
}
