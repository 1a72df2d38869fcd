using Mail.SenderService.Smtp.Conversation;

namespace Mail.SenderService.Smtp.OAuth;

/// <summary>Where a provider issues access tokens.</summary>
internal interface ITokenEndpoint
{
    /// <summary>The host that has to be reached.</summary>
    string Host { get; }

    /// <summary>Asks for a new token, once.</summary>
    /// <returns>The token, and for how long it is good.</returns>
    /// <exception cref="SmtpTrouble">The provider refuses it (<see cref="TokenTrouble"/>).</exception>
    Task<(string Value, TimeSpan Lifetime)> AskAsync(CancellationToken cancellationToken);
}
