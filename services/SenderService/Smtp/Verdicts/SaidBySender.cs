namespace Mail.SenderService.Smtp.Verdicts;

/// <summary>What the sender said in a conversation and a server may quote. It is gathered only where something was refused.</summary>
/// <param name="From">The envelope's sender.</param>
/// <param name="To">The envelope's recipients.</param>
/// <param name="Hello">The name in EHLO.</param>
/// <param name="Subject">The subject, as it was written.</param>
public sealed record SaidBySender(string? From, IReadOnlyList<string> To, string? Hello, string? Subject)
{
    /// <summary>Before any e-mail was mentioned.</summary>
    internal static SaidBySender Nothing { get; } = new(null, [], null, null);
}
