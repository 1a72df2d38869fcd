using System.CommandLine;
using Mail.Local.Processes;
using Mail.Local.Running;
using Mail.Local.Servers;

namespace Mail.Local.Commands;

/// <summary><c>./mail test</c>.</summary>
internal static class TestCommand
{
    internal static Command Create(Checkout checkout)
    {
        var filter = new Argument<string?>("filter")
        {
            Description = "Those whose class, method or namespace contains it",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var all = new Option<bool>("--long") { Description = "The long ones too" };
        var command = new Command("test", "Builds and runs the tests") { filter, all };
        command.Validators.Add(result =>
        {
            if (result.GetValue(filter) is not null && result.GetValue(all))
                result.AddError("test takes one filter, or --long");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!await DockerEngine.AnswersAsync())
                await Packages.RequireServersAsync();
            if (!await Solution.BuildAsync(checkout))
                return TestRun.Conclude(0, 1);
            return await new TestRun(checkout, parsed.GetValue(filter), parsed.GetValue(all)).RunAsync(cancellationToken);
        });
        return command;
    }
}

/// <summary>Everything of this checkout that is compiled.</summary>
internal static class Solution
{
    /// <summary>Builds it. Where it does not build, it says so and shows the errors.</summary>
    internal static async Task<bool> BuildAsync(Checkout checkout)
    {
        var result = await new Progress(checkout.Run).ShowAsync("Building", () => Builder.Create(checkout.At("Mail.sln")).RunAsync());
        if (result.ExitCode == 0)
            return true;
        Terminal.Say(result.All.Trim());
        Terminal.Say("the solution does not build");
        return false;
    }
}
