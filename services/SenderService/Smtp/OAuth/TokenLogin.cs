using System.Text.Json;
using MailKit.Security;

namespace Mail.SenderService.Smtp.OAuth;

/// <summary>
/// XOAUTH2 (https://developers.google.com/workspace/gmail/imap/xoauth2-protocol). A server that refuses the token says so at once, or says
/// why in JSON first, which is answered with an empty line.
/// </summary>
internal sealed class TokenLogin(string user, AccessToken token) : SaslMechanismOAuth2(user, token.Value)
{
    /// <summary>The mechanism's name.</summary>
    public const string Name = "XOAUTH2";

    private const int MaxCharacters = 100;
    private static readonly string[] _telling = ["status", "scope"];
    private bool _shown;

    /// <summary>What the server said of the token in JSON, such as <c>status 400</c>; null where it said nothing.</summary>
    public string? Complaint { get; private set; }

    protected override byte[]? Challenge(byte[]? token, int startIndex, int length, CancellationToken cancellationToken)
    {
        // The challenge before the token is empty, where the server wants one at all.
        if (!_shown)
        {
            _shown = true;
            return base.Challenge(token, startIndex, length, cancellationToken);
        }

        Complaint = token is null ? null : Read(token.AsSpan(startIndex, length));
        return [];
    }

    internal static string? Read(ReadOnlySpan<byte> said)
    {
        try
        {
            var json = JsonElement.Parse(said);
            string[] parts = json.ValueKind != JsonValueKind.Object
                ? []
                : [.. from name in _telling where json.TryGetProperty(name, out _) select $"{name} {Text(json.GetProperty(name))}"];
            return parts.Length == 0 ? null : string.Join(", ", parts);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(JsonElement value)
    {
        var text = LoginSecrets.Hide(string.Concat(value.ToString().Where(character => !char.IsControl(character))));
        return text.Length > MaxCharacters ? text[..MaxCharacters] : text;
    }
}
