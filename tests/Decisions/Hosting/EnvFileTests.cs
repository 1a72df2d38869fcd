using System.Text;
using Mail.Local;
using Mail.Local.Settings;

namespace Mail.Tests.Decisions.Hosting;

/// <summary>
/// <c>./mail</c> reads <c>.env</c> as Docker compose does: the values are those of compose-go's <c>dotenv</c> and
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
    public void It_has_the_values_that_compose_reads(string text, string? value) =>
        Assert.Equal(value, Read(text).GetValueOrDefault("A"));

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
    public void What_compose_would_read_otherwise_than_it_was_meant_is_refused_and_the_line_is_named(string text, int line, string why)
    {
        var refused = Assert.Throws<LocalException>(() => Read(text));
        Assert.StartsWith($"line {line} of {_file} can't be read: {why}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_in_a_file_is_one_and_no_other_is_made()
    {
        File.WriteAllText(_file, "the-key-of-a-file\n");
        var settings = Load(("API_KEY_FILE", _file), ("SECRETS_PUBLIC_KEY", "is there"));
        Assert.Equal(("the-key-of-a-file", null), (settings["API_KEY"], settings["API_KEY_FILE"]));
        // What Docker compose is given, which hands no file on.
        Assert.Equal("the-key-of-a-file", settings.Environment["API_KEY"]);
        Assert.Same(settings, settings.WithKeys("/nowhere"));
        // Nor where other keys are made: a service that is given both refuses to start.
        var root = Directory.CreateTempSubdirectory("mail-env-").FullName;
        File.WriteAllText(Path.Combine(root, ".env.example"), "");
        var made = LocalSettings.Load(
            root, new Dictionary<string, string>(StringComparer.Ordinal) { ["API_KEY_FILE"] = _file }).WithKeys(root);
        Assert.Equal(("the-key-of-a-file", null), (made["API_KEY"], made["API_KEY_FILE"]));
        Assert.NotNull(made["SECRETS_PUBLIC_KEY"]);
        Directory.Delete(root, recursive: true);
        var refused = Assert.Throws<LocalException>(() => Load(("API_KEY_FILE", "/no/such/file")));
        Assert.Equal("API_KEY_FILE names no file that can be read", refused.Message);
    }

    [Fact]
    public void Keys_that_are_missing_are_made_once_and_kept_in_the_file()
    {
        var root = Directory.CreateTempSubdirectory("mail-env-").FullName;
        File.WriteAllText(Path.Combine(root, ".env.example"), "# An example.\nSMTP_HOST=\n");
        var made = LocalSettings.Load(root, new Dictionary<string, string>(StringComparer.Ordinal) { ["API_KEY"] = "" }).WithKeys(root);
        Assert.Matches("^[0-9a-f]{40}$", made["API_KEY"]!);
        var again = LocalSettings.Load(root, new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Same(again, again.WithKeys(root));
        Assert.Equal(
            (made["API_KEY"], made["SECRETS_PUBLIC_KEY"], made["SECRETS_PRIVATE_KEYS"]),
            (again["API_KEY"], again["SECRETS_PUBLIC_KEY"], again["SECRETS_PRIVATE_KEYS"]));
        var file = Path.Combine(root, ".env");
        Assert.StartsWith("# An example.", File.ReadAllText(file), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Directory.Delete(root, recursive: true);
    }

    private IReadOnlyDictionary<string, string> Read(string text)
    {
        File.WriteAllText(_file, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return EnvFile.Read(
            _file, new Dictionary<string, string>(StringComparer.Ordinal) { ["MAIL_TEST_OUTSIDE"] = "outside" });
    }

    private static LocalSettings Load(params (string Name, string Value)[] environment) =>
        LocalSettings.Load("/nowhere", environment.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));
}
