namespace PostgresScheduler;

/// <summary>A message that the broker, or its own address, refused too often to be tried again by itself.</summary>
/// <param name="TokenId">Its token.</param>
/// <param name="Destination">Where it was to go.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Reason">Why it was refused the last time.</param>
public sealed record DeadLetter(Guid TokenId, string Destination, int Attempts, string Reason);
