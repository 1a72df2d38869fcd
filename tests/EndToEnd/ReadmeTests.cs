using System.Diagnostics;
using System.Text.RegularExpressions;
using Mail.Tests.Fixtures;

namespace Mail.Tests.EndToEnd;

/// <summary>What the README and the page of examples show works when it is pasted into a shell.</summary>
[Collection(SharedSystemTests.Name)]
public sealed partial class ReadmeTests(SharedSystem system) : IDisposable
{
    private readonly DirectoryInfo _checkout = Directory.CreateTempSubdirectory("mail-readme-");

    public void Dispose() => _checkout.Delete(recursive: true);

    [Theory]
    [InlineData("README.md", 7, "\"cancelled\":1")]
    [InlineData("docs/api.md", 20, "\"status\":\"cancelled\"")]
    public async Task The_examples_of_the_API_work_as_one_block_again_and_again(string page, int requests, string answer)
    {
        var address = $"{system.Mail.ConfigServices[0].Address}api/v1";
        var examples = Examples(page).Replace("API=http://127.0.0.1:8080/api/v1", $"API={address}", StringComparison.Ordinal);
        Assert.Contains($"API={address}\n", examples, StringComparison.Ordinal);
        Assert.True(Request().Count(examples) >= requests);
        await File.WriteAllTextAsync(
            Path.Combine(_checkout.FullName, ".env"), $"# API_KEY=\nSMTP_HOST=\n\nAPI_KEY={MailSystem.OperatorKey}\n");
        for (var run = 0; run < 2; run++)
        {
            // A request that is refused says so, and what was asked.
            var output = await BashAsync($$"""
                curl() { command curl --fail-with-body "$@" || echo "REFUSED: $*"; }
                {{examples}}
                """);
            Assert.DoesNotContain("REFUSED", output, StringComparison.Ordinal);
            Assert.Contains(answer, output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("SMTP_HOST=\n\nAPI_KEY=first-key-of-twenty-characters\nAPI_KEY=the-last-one-counts=\n", "the-last-one-counts=")]
    [InlineData("SMTP_HOST=\n#API_KEY=\n", "local-development-key")]
    [InlineData(null, "local-development-key")]
    public async Task The_key_is_found_where_mail_up_wrote_it_and_where_plain_compose_has_none(string? env, string key)
    {
        if (env is not null)
            await File.WriteAllTextAsync(Path.Combine(_checkout.FullName, ".env"), env);
        Assert.Equal(key, (await BashAsync($"{Examples("docs/api.md").Split("\n\n")[0]}\necho \"$KEY\"")).Trim());
    }

    /// <summary>The blocks of the page's chapter, one after the other.</summary>
    private static string Examples(string page)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, page));
        var chapter = text[text.IndexOf("# The API by example", StringComparison.Ordinal)..].Split("\n## ")[0];
        return string.Join("\n\n", Block().Matches(chapter).Select(match => match.Groups["commands"].Value));
    }

    private async Task<string> BashAsync(string commands)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash")
        {
            UseShellExecute = false,
            WorkingDirectory = _checkout.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = Task.WhenAll(bash.StandardOutput.ReadToEndAsync(), bash.StandardError.ReadToEndAsync());
        // By the standard input, as a terminal has what is pasted.
        await bash.StandardInput.WriteAsync(commands);
        bash.StandardInput.Close();
        await bash.WaitForExitAsync();
        return string.Concat(await said);
    }

    [GeneratedRegex("```sh\n(?<commands>[^`]*)```", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Block();

    [GeneratedRegex("curl -s", RegexOptions.NonBacktracking)]
    private static partial Regex Request();
}
