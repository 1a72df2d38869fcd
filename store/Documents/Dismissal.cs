namespace Mail.Store;

/// <summary>A person has seen what became of an e-mail, so that it no longer asks for a decision.</summary>
/// <param name="At">When, by the database's clock.</param>
/// <param name="By"><c>operator</c>, or the client key's name.</param>
public sealed record Dismissal(DateTimeOffset At, string By);
