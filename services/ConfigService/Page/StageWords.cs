namespace Mail.ConfigService.Page;

/// <summary>How far a conversation with a server had come, in words.</summary>
internal static class StageWords
{
    /// <summary>The words for a stage of <c>last_error</c>.</summary>
    internal static string Of(string stage) => stage switch
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
}
