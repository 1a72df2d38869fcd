using System.Text;
using System.Text.RegularExpressions;

namespace Mail.Local.Settings;

/// <summary>
/// A <c>.env</c> file, read as Docker compose reads it (compose-go's dotenv package,
/// https://pkg.go.dev/github.com/compose-spec/compose-go/v2/dotenv). What would come out otherwise there, or would not be what was
/// meant, is refused with the number of the line. No shell is run over it.
/// </summary>
public static partial class EnvFile
{
    /// <summary>Reads one.</summary>
    /// <param name="file">Its path.</param>
    /// <param name="environment">The caller's environment, which comes before what stands above in the file.</param>
    /// <exception cref="LocalException">A line can't be read, or would not be read as it was meant.</exception>
    public static IReadOnlyDictionary<string, string> Read(string file, IReadOnlyDictionary<string, string> environment) =>
        new Reader(file, File.ReadAllText(file), environment).ReadAll();

    private sealed class Reader(string file, string text, IReadOnlyDictionary<string, string> environment)
    {
        private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
        private string _rest = text;
        private int _line = 1;

        internal Dictionary<string, string> ReadAll()
        {
            while (_rest.Length > 0)
            {
                var current = FirstLineOf(_rest);
                if (Assignment().Match(current) is { Success: true } assigned)
                {
                    var (name, value) = (assigned.Groups["name"].Value, assigned.Groups["value"].Value);
                    value = value is ['\'' or '"', ..] ? ReadQuoted(current, value) : Expand(ReadUnquoted(value));
                    // Compose takes other names too, and hands them to no container.
                    if (VariableName().IsMatch(name))
                        _values[name] = value;
                }
                else if (!NameOrComment().IsMatch(current))
                {
                    throw Refuse("it is neither NAME=VALUE nor a comment");
                }

                // A name alone is one of the caller's environment, which comes in any case.
                var end = _rest.IndexOf('\n');
                if (end < 0)
                    break;
                (_rest, _line) = (_rest[(end + 1)..], _line + 1);
            }

            return _values;
        }

        private static string ReadUnquoted(string value)
        {
            var comment = value.IndexOf(" #", StringComparison.Ordinal);
            return (comment < 0 ? value : value[..comment]).TrimEnd(' ', '\t', '\r', '\v', '\f');
        }

        // Up to the same quote, also on another line; a backslash before a quote makes it a part of the value. Leaves the rest at the last
        // line of it.
        private string ReadQuoted(string current, string value)
        {
            var quote = value[0];
            var body = _rest[(current.Length - value.Length + 1)..];
            var quoted = (quote == '"' ? DoubleQuoted() : SingleQuoted()).Match(body);
            if (!quoted.Success)
                throw Refuse("a quote begins in it and does not end");
            var raw = quoted.Groups["raw"].Value;
            _rest = body[quoted.Length..];
            _line += raw.Count(character => character == '\n');
            if (!BlankOrComment().IsMatch(FirstLineOf(_rest)))
                throw Refuse("something follows the closing quote");
            var unquoted = raw.Replace($"\\{quote}", $"{quote}", StringComparison.Ordinal);
            return quote == '"' ? Expand(Unescape(unquoted)) : unquoted;
        }

        // What stands in double quotes: \n and its kin; \$ is a dollar sign, which Expand knows as $$.
        private string Unescape(string escaped)
        {
            var result = new StringBuilder();
            for (var at = 0; at < escaped.Length; at++)
            {
                if (escaped[at] != '\\' || at + 1 == escaped.Length)
                {
                    result.Append(escaped[at]);
                    continue;
                }

                var character = escaped[++at];
                _ = character switch
                {
                    'a' => result.Append('\a'),
                    'b' => result.Append('\b'),
                    'f' => result.Append('\f'),
                    'n' => result.Append('\n'),
                    'r' => result.Append('\r'),
                    't' => result.Append('\t'),
                    'v' => result.Append('\v'),
                    '\\' => result.Append('\\'),
                    '$' => result.Append("$$"),
                    '0' => throw Refuse(@"write what \0… stands for itself"),
                    _ => result.Append('\\').Append(character),
                };
            }

            return result.ToString();
        }

        // $NAME, ${NAME} and ${NAME:-otherwise}; $$ is a dollar sign. Compose puts nothing in the place of a name that is not set, which
        // is how passwords are cut.
        private string Expand(string value) => Dollar().Replace(value, found =>
        {
            if (found.Groups["dollar"].Success)
                return "$";
            if (found.Groups["name"] is { Success: true, Value: var name })
            {
                return Find(name) ?? throw Refuse(
                    $"${name} is not set. Write $$ for a dollar sign, or put the value in single quotes");
            }

            if (found.Groups["default"] is { Success: true, Value: var defaulted })
            {
                var set = Find(defaulted);
                return set is null || (set.Length == 0 && found.Groups["colon"].Length > 0) ? found.Groups["otherwise"].Value : set;
            }

            return found.Groups["brace"].Success
                ? throw Refuse(
                    "only ${NAME} and ${NAME:-otherwise} are read. Write $$ for a dollar sign, or put the value in single quotes")
                : "$";
        });

        private string? Find(string name) => environment.GetValueOrDefault(name) ?? _values.GetValueOrDefault(name);

        private LocalException Refuse(string why) => new($"line {_line} of {file} can't be read: {why}");

        private static string FirstLineOf(string text) => text.IndexOf('\n') is >= 0 and var end ? text[..end] : text;
    }

    private const RegexOptions Options = RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;

    [GeneratedRegex(
        @"^[ \t\r\v\f]*(export[ \t\r\v\f]+)?(?<name>[\]\[A-Za-z0-9_.-]+)[ \t\r\v\f]*[=:][ \t\r\v\f]*(?<value>[^\n]*)\z",
        Options, 1000)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"^[ \t\r\v\f]*(#.*|(export[ \t\r\v\f]+)?[\]\[A-Za-z0-9_.-]+[ \t\r\v\f]*)?\z", Options, 1000)]
    private static partial Regex NameOrComment();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z", Options, 1000)]
    private static partial Regex VariableName();

    [GeneratedRegex(@"^(?<raw>([^""\\]|\\.)*)""", Options | RegexOptions.Singleline, 1000)]
    private static partial Regex DoubleQuoted();

    [GeneratedRegex(@"^(?<raw>([^'\\]|\\.)*)'", Options | RegexOptions.Singleline, 1000)]
    private static partial Regex SingleQuoted();

    [GeneratedRegex(@"^[ \t\r\v\f]*(#.*)?\z", Options, 1000)]
    private static partial Regex BlankOrComment();

    [GeneratedRegex(
        @"\$((?<dollar>\$)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}"
        + @"|\{(?<default>[A-Za-z_][A-Za-z0-9_]*)(?<colon>:?)-(?<otherwise>[^{}$]*)\}|(?<brace>\{))?",
        Options, 1000)]
    private static partial Regex Dollar();
}
