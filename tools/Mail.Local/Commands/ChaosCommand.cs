using System.CommandLine;
using Mail.Local.Processes;
using Mail.Local.Running;
using Mail.Local.Servers;

namespace Mail.Local.Commands;

/// <summary>
/// <c>./mail chaos</c>: the program <c>tests/Chaos</c>. Servers, services and mail server are its own, and gone at its end.
/// </summary>
internal static class ChaosCommand
{
    // What is started first, and audited in the end.
    private static readonly TimeSpan _around = TimeSpan.FromMinutes(2);

    internal static Command Create(Checkout checkout)
    {
        var seed = new Option<int?>("--seed") { Description = "The same attack again", HelpName = "S" };
        var minutes = new Option<double>("--minutes")
        {
            Description = "How long the attack takes",
            HelpName = "M",
            DefaultValueFactory = _ => 5,
        };
        var rate = new Option<int?>("--email-rate") { Description = "E-mails a second; 20 where it is left out", HelpName = "R" };
        var command = new Command(
            "chaos", "Attacks a system of its own (kills, cuts, stalls, wipes), restores older data, then audits it")
        {
            seed, minutes, rate,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await Packages.RequireServersAsync();
            if (!await Solution.BuildAsync(checkout))
                return 1;
            string[] attack =
            [
                checkout.At("tests", "Chaos", "bin", "Release", "net10.0", "Chaos.dll"), "attack",
                .. parsed.Tokens.Skip(1).Select(token => token.Value),
            ];
            return await new Progress(checkout.Run).ShowToolAsync(
                "Attacking", new("dotnet", attack), TimeSpan.FromMinutes(parsed.GetValue(minutes)) + _around, cancellationToken);
        });
        return command;
    }
}
