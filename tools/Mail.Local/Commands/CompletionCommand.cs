using System.CommandLine;

namespace Mail.Local.Commands;

/// <summary><c>./mail completion</c>: what a shell runs to complete commands and options.</summary>
internal static class CompletionCommand
{
    // The directive is System.CommandLine's own (https://learn.microsoft.com/dotnet/standard/commandline/how-to-enable-tab-completion).
    private const string Bash = """
        _mail() {
          local word=${COMP_WORDS[COMP_CWORD]} suggested
          suggested=$("${COMP_WORDS[0]}" "[suggest:$((COMP_POINT - ${#COMP_WORDS[0]} - 1))]" "${COMP_LINE#* }" 2> /dev/null)
          mapfile -t COMPREPLY < <(compgen -W "$suggested" -- "$word")
          if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then compopt -o nospace; fi
        }
        complete -o default -F _mail mail ./mail
        """;

    private const string Zsh = """
        _mail() {
          local -a suggested
          local line="${words[2,-1]}"
          suggested=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2> /dev/null)}")
          compadd -- $suggested
        }
        compdef _mail mail ./mail
        """;

    internal static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash or zsh" };
        shell.AcceptOnlyFromAmong("bash", "zsh");
        var command = new Command(
            "completion", "Prints what completes commands and options in a shell: source <(./mail completion bash)") { shell };
        command.SetAction((parsed, _) =>
        {
            Terminal.Print(parsed.GetValue(shell) == "bash" ? Bash : Zsh);
            return Task.FromResult(0);
        });
        return command;
    }
}
