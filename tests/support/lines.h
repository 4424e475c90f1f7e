/* Lines of the CLI, written with ', for the tests of the decoder. */
#ifndef SUPPORT_LINES_H
#define SUPPORT_LINES_H

#define INIT_WITH(members) "{'type':'system','subtype':'init'," members "}\n"
#define VERSION            "'claude_code_version':'2.1.330'"
#define EMPTY_LISTS        "'tools':[],'mcp_servers':[],'slash_commands':[]"
#define INIT               INIT_WITH(EMPTY_LISTS "," VERSION)
#define SERVER             "{'name':'c','status':'connected'}"
/* Tools and servers as lists without their brackets. */
#define INIT_LISTS(tools, servers)                                                                 \
	INIT_WITH("'tools':[" tools "],'mcp_servers':[" servers "],'slash_commands':[]," VERSION)
#define EVENT(members) "{'type':'stream_event','event':{" members "}}\n"
#define START_0                                                                                    \
	EVENT("'type':'message_start','message':{'model':'m1',"                                    \
	      "'usage':{'input_tokens':5,'output_tokens':1}}")
#define OPEN(block)  EVENT("'type':'content_block_start','index':0,'content_block':" block)
#define OPEN_TEXT    OPEN("{'type':'text','text':''}")
#define OPEN_THINK   OPEN("{'type':'thinking','thinking':''}")
#define DELTA(delta) EVENT("'type':'content_block_delta','index':0,'delta':" delta)
#define SAY(text)    DELTA("{'type':'text_delta','text':'" text "'}")
#define THINK(text)  DELTA("{'type':'thinking_delta','thinking':'" text "'}")
#define SIGN(text)   DELTA("{'type':'signature_delta','signature':'" text "'}")
/* Quotes inside the JSON are \\'. */
#define OPEN_TOOL(id, name) OPEN("{'type':'tool_use','id':'" id "','name':'" name "','input':{}}")
#define OPEN_CALL(id, name) OPEN_TOOL(id, "mcp__c__" name)
#define ARGS(json)          DELTA("{'type':'input_json_delta','partial_json':'" json "'}")
#define CLOSE               EVENT("'type':'content_block_stop','index':0")
#define WHY(reason)                                                                                \
	EVENT("'type':'message_delta','delta':{'stop_reason':" reason "},"                         \
	      "'usage':{'output_tokens':7}")
#define STOP           EVENT("'type':'message_stop'")
#define END            WHY("'end_turn'") STOP
#define WHOLE(content) "{'type':'assistant','message':{'model':'m1','content':[" content "]}}\n"
/* The CLI's own answer to a call. */
#define ANSWERED(id, rest)                                                                         \
	"{'type':'user','message':{'role':'user','content':[{'type':'tool_result',"                \
	"'tool_use_id':'" id "'" rest "}]}}\n"
#define NO_SUCH(id)   ANSWERED(id, ",'is_error':true,'content':'No such tool available'")
#define RESULT(rest)  "{'type':'result','subtype':'success'," rest "}\n"
#define SPOKEN        INIT START_0 OPEN_TEXT SAY("hi")
#define SPOKEN_EVENTS "start m1\nopen text\ntext hi\n"
#define COUNTED       "usage 5/0/0/7/0\n"
#define ENDED         COUNTED "stop end\n"

#endif
