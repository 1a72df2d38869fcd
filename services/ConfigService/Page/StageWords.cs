using Mail.ConfigService.Emails;

namespace Mail.ConfigService.Page;

/// <summary>How far a conversation with a server had come, and what happened to an e-mail, in words. Pure.</summary>
internal static class StageWords
{
    /// <summary>The words for a stage of <c>last_error</c>.</summary>
    internal static string Describe(string stage) => stage switch
    {
        "connect" => "While connecting",
        "tls" => "While encrypting",
        "auth" => "At the login",
        "mail_from" => "At the sender's address",
        "rcpt_to" => "At a recipient",
        "data" => "Before the message",
        "end_of_data" => "After the message",
        _ => stage,
    };

    /// <summary>The words for an event of the timeline.</summary>
    internal static string Event(string name) => name.Replace('_', ' ');

    /// <summary>The explanation of an e-mail, with the stage in words. The API's names it as <c>last_error</c> does.</summary>
    internal static string Explanation(EmailSummary email) =>
        email.LastError is { } error ? InSentence(email.Explanation, error.Stage) : email.Explanation;

    // Only where our own sentence has it, which stands before the server's words.
    internal static string InSentence(string sentence, string stage)
    {
        var name = $" at {stage}: ";
        var at = sentence.IndexOf(name, StringComparison.Ordinal);
        var words = Describe(stage);
        return at < 0 || words == stage
            ? sentence
            : $"{sentence[..at]} {char.ToLowerInvariant(words[0])}{words[1..]}: {sentence[(at + name.Length)..]}";
    }
}
