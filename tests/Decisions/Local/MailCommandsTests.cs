using Mail.Local.Commands;
using Mail.Local.Running;

namespace Mail.Tests.Decisions.Local;

/// <summary>What <c>./mail</c> takes, and what it refuses with a line that says why.</summary>
public sealed class MailCommandsTests
{
    private static readonly System.CommandLine.RootCommand _root = MailCommands.Create(new(Checkout.Root, "/nowhere"));

    [Theory]
    [InlineData("demo")]
    [InlineData("up --native --scale sender=3 --scale=config=2")]
    [InlineData("up --docker --scale sender=0 --scale scheduler=2")]
    [InlineData("down --wipe")]
    [InlineData("test Cancel")]
    [InlineData("test --long")]
    [InlineData("bench burst --only ours --burst 8000 --quick --json")]
    [InlineData("chaos --seed 12 --minutes 0.5 --email-rate 50")]
    [InlineData("release acme --yes")]
    [InlineData("backup mail.backup")]
    [InlineData("restore mail.backup --yes")]
    [InlineData("status --json")]
    [InlineData("logs sender-2")]
    [InlineData("servers start /tmp/servers")]
    [InlineData("completion zsh")]
    public void It_is_taken(string line) => Assert.Empty(_root.Parse(line).Errors);

    [Theory]
    [InlineData("up --native --docker", "--native and --docker exclude each other")]
    [InlineData("up --scale sender=51", "--scale wants config=N, scheduler=N or sender=N, with N from 0 to 50")]
    [InlineData("up --scale sender", "--scale wants config=N, scheduler=N or sender=N, with N from 0 to 50")]
    [InlineData("up --scale mailer=1", "--scale wants config=N, scheduler=N or sender=N, with N from 0 to 50")]
    [InlineData("test Cancel --long", "test takes one filter, or --long")]
    [InlineData("bench everything", "Argument 'everything' not recognized. Must be one of:")]
    [InlineData("bench --only theirs", "Argument 'theirs' not recognized. Must be one of:")]
    [InlineData("backup", "Required argument missing for command: 'backup'.")]
    [InlineData("completion fish", "Argument 'fish' not recognized. Must be one of:")]
    public void It_is_refused(string line, string why) =>
        Assert.Contains(_root.Parse(line).Errors, error => error.Message.StartsWith(why, StringComparison.Ordinal));

    [Theory]
    [InlineData("st", "status")]
    [InlineData("up --", "--native --docker --scale")]
    [InlineData("up --scale ", "config= scheduler= sender=")]
    [InlineData("logs s", "scheduler sender")]
    [InlineData("bench --only ", "ours quartz hangfire")]
    public void It_is_completed(string line, string words)
    {
        var offered = _root.Parse(line).GetCompletions(line.Length).Select(item => item.Label).ToList();
        Assert.All(words.Split(' '), word => Assert.Contains(word, offered));
    }

    [Fact]
    public void The_command_is_at_most_sixty_lines_of_shell_and_all_shell_at_most_250()
    {
        var files = Directory.EnumerateFiles(Checkout.Root, "*", new EnumerationOptions { RecurseSubdirectories = true })
            .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "node_modules" or ".run" or ".git" or "Generated"))
            .Append(Path.Combine(Checkout.Root, ".ci", "run")).Distinct(StringComparer.Ordinal)
            .Where(file => new FileInfo(file).Length < 100_000 && IsShell(File.ReadLines(file).FirstOrDefault()))
            .ToDictionary(file => Path.GetRelativePath(Checkout.Root, file), file => File.ReadLines(file).Count(), StringComparer.Ordinal);
        Assert.InRange(files["mail"], 1, 60);
        Assert.InRange(files.Values.Sum(), 1, 250);

        static bool IsShell(string? line) =>
            line is not null && line.StartsWith("#!", StringComparison.Ordinal) && line.EndsWith("sh", StringComparison.Ordinal);
    }
}
