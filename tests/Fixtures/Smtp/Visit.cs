namespace Mail.Tests.Fixtures.Smtp;

/// <summary>What a <see cref="ScriptedSmtp"/> knows of a connection when it decides.</summary>
/// <param name="Rank">How many of the connections that are open were made before it.</param>
/// <param name="Mails">How often MAIL was said on it, this time included.</param>
/// <param name="Recipient">Whom the e-mail is for, where that was said.</param>
/// <param name="Hello">The name in EHLO, where that was said.</param>
public sealed record Visit(int Rank, int Mails, string? Recipient, string? Hello);
