using System.Diagnostics;
using System.Text;

namespace Mail.Tests.Decisions.Hosting;

/// <summary>
/// <c>deploy/settings.sh</c> reads <c>.env</c> as Docker compose does: the values are those of compose-go's <c>dotenv</c> and
/// <c>template</c> packages, or an error that names the line.
/// </summary>
public sealed class EnvFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("A=plain", "plain")]
    [InlineData("A=", "")]
    [InlineData("A", null)]
    [InlineData("# A=1", null)]
    [InlineData("   A = padded  ", "padded")]
    [InlineData("export A=1", "1")]
    [InlineData("export  A=1", "1")]
    [InlineData("A: yaml", "yaml")]
    [InlineData("A=b=c", "b=c")]
    [InlineData("A=a:b", "a:b")]
    [InlineData("A=1\r\nB=2\r\n", "1")]
    [InlineData("A='1'\r\n", "1")]
    [InlineData("\uFEFFA=1", "1")]
    [InlineData("A=1\nA=2", "2")]
    // Comments: a # after a blank, and only after a blank.
    [InlineData("A=value # comment", "value")]
    [InlineData("A=pa#ss", "pa#ss")]
    [InlineData("A=pa\t#ss", "pa\t#ss")]
    [InlineData(
        "A= # no comment, since the blanks before a value are taken off first",
        "# no comment, since the blanks before a value are taken off first")]
    [InlineData("A='quoted # value' # comment", "quoted # value")]
    [InlineData("A=\"quoted # value\"# comment", "quoted # value")]
    // Quotes.
    [InlineData("A='single'", "single")]
    [InlineData("A=' outer '", " outer ")]
    [InlineData("A='a\"b'", "a\"b")]
    [InlineData("A=\"a'b\"", "a'b")]
    [InlineData("A=it's", "it's")]
    [InlineData(@"A='it\'s'", "it's")]
    [InlineData("A=\"ab\\\"c\"", "ab\"c")]
    [InlineData(@"A='C:\new'", @"C:\new")]
    [InlineData(@"A='a\\b'", @"a\\b")]
    [InlineData(@"A=C:\new", @"C:\new")]
    [InlineData("A='two\nlines'", "two\nlines")]
    [InlineData("A=\"two\nlines\"\nB=1", "two\nlines")]
    // Escapes, in double quotes alone.
    [InlineData("A=\"a\\nb\\tc\\\\d\"", "a\nb\tc\\d")]
    [InlineData("A=\"a\\xb\\c\"", "a\\xb\\c")]
    [InlineData("A=\"a\\\\\"", "a\\")]
    [InlineData("A=\"a\\\\nb\"", "a\\nb")]
    // Dollar signs.
    [InlineData("A=$$x", "$x")]
    [InlineData("A=pa$$$$word", "pa$$word")]
    [InlineData("A=pa$5word", "pa$5word")]
    [InlineData("A=pa$", "pa$")]
    [InlineData("A=a$ b", "a$ b")]
    [InlineData("A='ab$Cd#1'", "ab$Cd#1")]
    [InlineData("A=\"ab\\$Cd\"", "ab$Cd")]
    [InlineData("A=\"$$x\"", "$x")]
    [InlineData("X=1\nA=a${X}b$X", "a1b1")]
    [InlineData("X='$Y'\nA=\"<$X>\"", "<$Y>")]
    [InlineData("X=\nA=${X:-other}${X-other}", "other")]
    [InlineData("A=${NOWHERE:-a b}-${NOWHERE-c}", "a b-c")]
    [InlineData("A=<$MAIL_TEST_OUTSIDE>", "<outside>")]
    [InlineData("MAIL_TEST_OUTSIDE=inside\nA=$MAIL_TEST_OUTSIDE", "outside")]
    public async Task It_has_the_values_that_compose_reads(string text, string? value)
    {
        var (exitCode, output, said) = await ReadAsync(text);
        Assert.True(exitCode == 0, said);
        Assert.Equal(
            value,
            output.Split('\0').Where(each => each.StartsWith("A=", StringComparison.Ordinal)).Select(each => each[2..]).SingleOrDefault());
    }

    [Theory]
    [InlineData("A=ab$Cd#1", 1, "$Cd is not set. Write $$ for a dollar sign, or put the value in single quotes")]
    [InlineData("\n# comment\nA=\"x${Cd}\"", 3, "$Cd is not set. Write $$ for a dollar sign, or put the value in single quotes")]
    // goauthentik/authentik 24950: the container got 14 of 16 characters.
    [InlineData("A=ArDDl49@6*rf$C#1", 1, "$C is not set")]
    [InlineData("A=$settings", 1, "$settings is not set")]
    [InlineData("A=${X:?needed}", 1, "only ${NAME} and ${NAME:-otherwise} are read")]
    [InlineData("A=${1X}", 1, "only ${NAME} and ${NAME:-otherwise} are read")]
    [InlineData("A='1\nB=2", 1, "a quote begins in it and does not end")]
    [InlineData("B=1\nA=\"1\\\"", 2, "a quote begins in it and does not end")]
    [InlineData("A='1'2", 1, "something follows the closing quote")]
    [InlineData("A='1\n2' B=3", 2, "something follows the closing quote")]
    [InlineData("B=1\nA B=1", 2, "it is neither NAME=VALUE nor a comment")]
    [InlineData("B='1\n2'\n\n\"A\"=1", 4, "it is neither NAME=VALUE nor a comment")]
    [InlineData("A=\"\\0101\"", 1, "write what \\0… stands for itself")]
    public async Task What_compose_would_read_otherwise_than_it_was_meant_is_refused_and_the_line_is_named(
        string text, int line, string why)
    {
        var (exitCode, output, said) = await ReadAsync(text);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith($"error: line {line} of {_file} can't be read: {why}", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_in_a_file_is_one_and_no_other_is_made()
    {
        await File.WriteAllTextAsync(_file, "the-key-of-a-file\n", TestContext.Current.CancellationToken);
        const string Twice =
            "root=/nowhere; load_settings; load_settings; ensure_api_key; printf '%s %s' \"${settings[API_KEY]}\" \"$API_KEY\"";
        Assert.Equal(
            (0, "the-key-of-a-file the-key-of-a-file", ""),
            await BashAsync($"unset API_KEY; export API_KEY_FILE='{_file}'; {Twice}; printf %s \"${{settings[API_KEY_FILE]:-}}\""));
        var (exitCode, _, said) = await BashAsync($"unset API_KEY; export API_KEY_FILE=/no/such/file; {Twice}");
        Assert.Equal((1, "error: API_KEY_FILE names no file that can be read"), (exitCode, said.Trim()));
    }

    private async Task<(int ExitCode, string Output, string Said)> ReadAsync(string text)
    {
        await File.WriteAllTextAsync(_file, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return await BashAsync(
            $$"""
            read_env_file '{{_file}}'
            for name in "${!settings[@]}"; do printf '%s=%s\0' "$name" "${settings[$name]}"; done
            """);
    }

    private static async Task<(int ExitCode, string Output, string Said)> BashAsync(string commands)
    {
        var deploy = Path.Combine(Checkout.Root, "deploy");
        var script = $$"""
            set -euo pipefail
            source '{{deploy}}/native/processes.sh'
            source '{{deploy}}/settings.sh'
            {{commands}}
            """;
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["MAIL_TEST_OUTSIDE"] = "outside";
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, said[0], said[1]);
    }
}
