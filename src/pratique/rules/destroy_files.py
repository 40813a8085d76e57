"""The home folder, the root or whole disks are deleted or overwritten."""

from pratique.rules.dsl import UNATTENDED, Rule, all_of, any_of, flow, reaches, use

RULE = Rule(
    summary="deletes or overwrites what it does not own",
    severity="critical",
    confidence="high",
    audience="admin",
    line="flow",
    category="malware",
    attack=("T1485", "T1561"),
    since="0.1",
    when=reaches(
        UNATTENDED,
        any_of(
            all_of(
                use("fs.delete", "user-documents|source-tree", certainty="transitive"),
                use("fs.list", "user-documents|source-tree", certainty="transitive"),
                use("fs.write", "user-documents|source-tree", certainty="transitive"),
                within="function",
            ),
            flow(
                "fs.list",
                "fs.write",
                source_text=r"^(/|~[\\/]?|/home/?|[A-Za-z]:[\\/]*|~[\\/](Documents|Desktop|Downloads|Pictures)[\\/]?)$",
                arg="path",
                certainty="transitive",
            ),
            use("process.spawn", "destroy", certainty="transitive"),
            use(
                "fs.delete",
                target=r"^(~[\\/]?|/home/?|/root/?|/etc/?|/usr/?|/var/?|/boot/?|[A-Za-z]:[\\/]*(Windows([\\/]System32)?|Users)?[\\/]?"
                r"|~[\\/](Documents|Desktop|Downloads|Pictures)[\\/]?)$",
                api="shutil.rmtree|os.removedirs",
                certainty="transitive",
            ),
            use(
                "process.spawn",
                target=r"(?i)\brm\s+(-\S+\s+)*(-[a-z]*r[a-z]*f?|--recursive)[a-z-]*\s+(-\S+\s+)*[\"']?"
                r"(/|~|\$HOME|/\*|~/\*|/home|/etc|/usr|/var)[\"']?(\s|$|;|&)"
                r"|\b(del|rd|rmdir)\s+(/\w\s+)+[\"']?([a-z]:\\?|%userprofile%|%systemroot%)[\"']?(\s|$|\\\*)"
                r"|\bformat\s+[a-z]:|\bmkfs(\.\w+)?\s+/dev/|\bdd\s+[^\n]*\bof=/dev/(sd|nvme|disk|hd)"
                r"|\bvssadmin\b.{0,40}\bdelete\s+shadows|\bshred\b[^\n]*(~|\$HOME|/home)|:\(\)\s*\{\s*:\s*\|\s*:",
                certainty="transitive",
            ),
        ),
    ),
)
