namespace Mail.Tests.Fixtures.Smtp;

/// <summary>
/// Where a <see cref="ScriptedSmtp"/> can be told to behave otherwise: the commands by their name, and what lies between them.
/// </summary>
public static class Step
{
    /// <summary>A connection was made; the greeting is due.</summary>
    public const string Greeting = "GREETING";
    public const string Ehlo = "EHLO";

    /// <summary>A command has come together with the one after it (PIPELINING).</summary>
    public const string Ahead = "AHEAD";
    public const string StartTls = "STARTTLS";

    /// <summary>The TLS handshake is due.</summary>
    public const string Handshake = "HANDSHAKE";
    public const string Auth = "AUTH";

    /// <summary>MAIL was said on a connection whose access token is not good any more.</summary>
    public const string TokenOver = "TOKEN OVER";
    public const string Mail = "MAIL";
    public const string Rcpt = "RCPT";
    public const string Data = "DATA";

    /// <summary>The first bytes of a message have come, its end was not looked for.</summary>
    public const string Body = "BODY";

    /// <summary>A message has come whole and is not kept yet: what is done here instead of going on means that it never is.</summary>
    public const string Dot = "DOT";

    /// <summary>A message is kept; the reply is due.</summary>
    public const string Kept = "KEPT";
    public const string Rset = "RSET";
    public const string Noop = "NOOP";
    public const string Quit = "QUIT";
}
